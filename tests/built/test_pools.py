"""A pool is taken apart on the page: what its boxes and its menu show is what R gives for the same trials."""

import pandas as pd
from checkout import ROOT
from playwright.sync_api import expect

OF_R = pd.read_csv(ROOT / "tests" / "package" / "independent" / "pooling.csv").query("level == 95")
OF_R = OF_R.set_index(["case", "left_out", "quantity"])["value"].sort_index()


def test_a_trial_left_out_gives_what_r_gives_without_it(chromium, server):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{server}chapters/traditional.html#fig-tace-forest")
    chart = page.locator("[data-chart=fig-tace-forest]")
    for trial, result in {"SPACE": "space-os", "TACTICS": "tactics-os"}.items():
        box = chart.get_by_role("checkbox", name=trial)
        box.uncheck()
        for method, name in {"Hartung-Knapp": "hartung_knapp", "Bayesian": "bayesian"}.items():
            chart.get_by_label("Method", exact=True).select_option(method)
            three = [OF_R["survival beside TACE", result, f"{name}{end}"] for end in ("", " low", " high")]
            said = "{:.2f} ({:.2f} to {:.2f})".format(*three)
            expect(chart.get_by_role("status").first).to_contain_text(f"{method}, 3 trials: hazard ratio {said}")
            for words in (said, method):
                expect(chart.locator(".chart-live")).to_contain_text(words)
        box.check()
    page.reload()  # the state is in the address
    expect(chart.get_by_label("Method", exact=True)).to_have_value("3")
    page.context.close()


def test_every_combination_is_in_a_table_that_unfolds(chromium, server):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{server}chapters/traditional.html#tab-combinations")
    cell = page.locator("div.cell", has=page.get_by_text("Show the table of every combination"))
    assert not cell.locator("table").is_visible() and not cell.locator(".cell_input").is_visible()
    page.emulate_media(media="print")
    assert cell.locator("table").is_visible() and not cell.locator("summary").first.is_visible()
    page.emulate_media(media="screen")
    cell.locator("summary", has_text="every combination").click()
    # four trials each of survival and of progression: 2 ** 4 - 4 - 1 combinations
    expect(cell.locator("tbody tr")).to_have_count(22)
    expect(cell.locator("tbody tr").first).to_contain_text("SPACE, Post-TACE, TACE-2, TACTICS")
    assert not cell.locator(".cell_input").is_visible()
    page.context.close()
