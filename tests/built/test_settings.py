"""What readers set for themselves: text twice as large, no motion, the keyboard instead of a mouse."""

import pytest
from sphinx_plotly_figures import pictures
from visits import DESKTOP, Visit, report

PAGES = [
    "index.html",
    "chapters/combination.html",
    "reference/claims.html",
    "reference/data/studies.html",
]
# 1280 px seen at 200%, and letters alone twice as large by the browser's setting, which the breakpoints follow.
ZOOMS = {
    "page": ({"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}, 16),
    "text": (DESKTOP, 32),
}
# Blocks of text outside charts that lie on one another, and text that a box cuts off.
CROWDED = """() => {
    const faults = [], blocks = [], main = document.querySelector("article")
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
        const node = walk.currentNode, holder = node.parentElement
        if (!node.data.trim() || holder.closest("[data-chart], math, .headerlink, [hidden], .visually-hidden")) continue
        if (!holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
        // what is scrolled away or stays in view while its table scrolls is no fault
        if (holder.closest("pre, .table-wrapper, .data-rows, .chart-status")) continue
        const range = document.createRange(); range.selectNodeContents(node)
        for (const box of range.getClientRects()) if (box.width > 1) blocks.push([node, box])
        for (let up = holder; up !== main; up = up.parentElement)
            if (/hidden|clip/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth + 1)
                faults.push(`cut off: ${node.data.trim().slice(0, 40)}`)
    }
    blocks.sort((a, b) => a[1].top - b[1].top)
    for (let i = 0; i < blocks.length; i++)
        for (let j = i + 1; j < blocks.length && blocks[j][1].top < blocks[i][1].bottom; j++) {
            const [a, b] = [blocks[i][1], blocks[j][1]]
            const high = Math.min(a.bottom, b.bottom) - b.top
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
            if (blocks[i][0] !== blocks[j][0] && wide > 2 && high > Math.min(a.height, b.height) / 2)
                faults.push(`overlap: ${[i, j].map((k) => blocks[k][0].data.trim().slice(0, 30)).join(" / ")}`)
        }
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    return wide > 1 ? [`scrolls sideways by ${wide} px`, ...faults] : faults
}"""
MOVES = """() => [...document.querySelectorAll("*")].filter((element) => ["", "::before", "::after"].some((part) => {
    const style = getComputedStyle(element, part || undefined)
    return style.scrollBehavior === "smooth" || style.animationName !== "none"
        || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0)
})).map((element) => element.tagName + "." + element.className)"""
# What the focus changes on the element or on what is drawn for it.
LOOK = """() => {
    const element = document.activeElement
    const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    const near = [element, element.parentElement, ...(element.labels || [])]
    return { what: `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`,
        seen: near.some((one) => ring(getComputedStyle(one))) && element.getBoundingClientRect().width > 1 }
}"""


@pytest.mark.parametrize("zoom", ZOOMS)
def test_text_twice_as_large_does_not_overlap(zoom, chromium, server):
    device, size = ZOOMS[zoom]
    larger = ["--no-sandbox", f"--blink-settings=defaultFontSize={size}"]
    browser = chromium.browser_type.launch(executable_path=pictures.browser(), args=larger)
    problems = []
    for path in PAGES:
        # opened at a place, be it the top, a page is whole
        with Visit(browser, server, f"{path}#", **device) as visit:
            assert visit.page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{size}px"
            for fault in visit.page.evaluate(CROWDED):
                visit.note(True, fault)
        problems += visit.problems
    browser.close()
    report(problems)


def test_nothing_moves_for_who_asks_for_that(chromium, server):
    with Visit(chromium, server, PAGES[1], reduced_motion="reduce", **DESKTOP) as visit:
        visit.wake(visit.charts[0])
        for moving in visit.page.evaluate(MOVES):
            visit.note(True, f"{moving} moves")
        report(visit.problems)


def test_the_focus_is_seen(chromium, server):
    with Visit(chromium, server, PAGES[1], **DESKTOP) as visit:
        for _ in range(20):
            visit.page.keyboard.press("Tab")
            look = visit.page.evaluate(LOOK)
            visit.note(not look["seen"], f"no ring on {look['what']}")
        report(visit.problems)
