"""How IPython behaves in the book's kernels; copied there, and read by no one else.

One run gives every figure twice: SVG for the site, PDF for print. Figures are
equal from run to run: fixed salt for ids, and dates from SOURCE_DATE_EPOCH.
"""

c = get_config()  # noqa: F821  IPython defines it
c.InlineBackend.figure_formats = {"svg", "pdf"}
c.InlineBackend.rc = {"svg.hashsalt": "mmdl"}
c.HistoryManager.enabled = False  # no history file: nothing to share, nothing to lock
c.IPKernelApp.log_level = 40  # its remarks on transport would end up among ours
c.InteractiveShell.colors = "nocolor"
