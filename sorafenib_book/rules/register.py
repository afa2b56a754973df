"""All rules on several cells, and what asks them."""

from collections.abc import Iterator, Mapping

from . import appraisal, check_marks, curves, files, graph, intervals, ledger, markers, milestones, signals, trials

__all__ = ["RULES", "broken"]

RULES = (
    appraisal.domains_of_a_trial,
    appraisal.judged_where_read,
    appraisal.death_is_measured_alike,
    appraisal.certainty_of_the_steps,
    appraisal.certainty_of_the_trials,
    check_marks.seen_somewhere,
    check_marks.unchecked_columns,
    trials.arms_add_up,
    *trials.YEARS,
    *trials.PERCENTAGES,
    intervals.level_and_limits,
    intervals.months_of_a_rate,
    intervals.relation_of_a_p_value,
    *intervals.ESTIMATES,
    intervals.hazard_ratio_and_p_value,
    trials.events_of_an_arm,
    trials.responses_add_up,
    trials.latest_analysis,
    trials.recovered_from_medians,
    trials.survivors_do_not_rise,
    trials.grades_of_events,
    curves.curve_falls,
    curves.curve_and_summary,
    curves.difference_of_the_arms,
    curves.summary_and_publication,
    milestones.calendar,
    trials.share_of_a_count,
    trials.toxicity_of_a_dose,
    markers.marker_with_a_comparison,
    graph.edge_once,
    graph.transcribed_gene,
    graph.claim_of_a_result,
    graph.control_and_claim,
    graph.compared_edge,
    graph.agreement_of_databases,
    graph.lines_that_moved,
    signals.every_well_once,
    ledger.source_of_a_verdict,
    ledger.verdict_and_check,
    ledger.sentence_and_claims,
    *ledger.NUMBERED,
)


def broken(tables: Mapping[str, files.Table]) -> Iterator[str]:
    """Ask every rule on several cells whose tables and columns are there.

    Parameters
    ----------
    tables : dict of str to files.Table
        Tables by name.

    Yields
    ------
    str
        One sentence a problem.
    """
    for rule in RULES:
        wanted = rule.reads
        if None in wanted:  # a rule on every table that has these columns
            asked = [(name, table) for name, table in tables.items() if wanted[None] <= set(table.columns)]
            found = (problem for name, table in asked for problem in rule(name, table.rows))
        elif all(name in tables and columns <= set(tables[name].columns) for name, columns in wanted.items()):
            found = rule(**{name: tables[name].rows for name in wanted})
        else:
            continue
        for name, *problem in found:
            yield tables[name].sentence(*problem)
