"""Without its server a chapter that was run still opens, runs, draws and edits."""

from contextlib import closing

import pytest
from built import wait_for
from livepage import LivePage


@pytest.mark.thorough
def test_chapter_lives_without_its_server(site, browser, page_with, tmp_path, serve):
    if not (site / "_live").is_dir():
        pytest.skip("the site was built without Pyodide: no network at that time")
    address = serve(site)
    name = page_with('class="cell ')

    def opened():
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", **browser.options
        )
        page = context.new_page()
        page.goto(address + name)
        return context, LivePage(page)

    context, live = opened()
    with closing(context):
        live.press("Run")
        live.done()
        wait_for(live.page, "document.documentElement.dataset.kept === 'yes'", 120)
    serve.stop(address)
    context, live = opened()
    with closing(context):
        assert live.run("6 * 7") == "42"
        code = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
        live.run(code)
        assert live.cell(0).locator("img.live-figure").count() == 1
        assert live.cell(0).locator(".cm-content").count() == 1
