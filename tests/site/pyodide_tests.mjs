// Runs tests of the library inside Pyodide: node pyodide_tests.mjs PYODIDE REPO PACKAGES TEST...
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, repo, packages, ...tests] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const about = JSON.parse(fs.readFileSync(path.join(repo, "book/_live/pyodide.json")));
const lock = path.join(process.cwd(), "lock.json");
fs.writeFileSync(lock, JSON.stringify({ info: about.info, packages: about.packages }));
const python = await loadPyodide({
  indexURL: folder + path.sep,
  lockFileURL: lock,
  env: { HOME: "/home/reader", PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1" },
});
await python.loadPackage("numpy", { messageCallback() {} });
for (const [name, root] of [["/repo", repo], ["/packages", packages]]) {
  python.FS.mkdir(name);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, name);
}
python.globals.set("chosen", python.toPy(tests));
const code = python.runPython(`
import os, sys
sys.path[:0] = ["/repo"]
sys.path.append("/packages")
sys.dont_write_bytecode = True
os.chdir("/repo")
import inspect
import types
import pytest

class Anything:  # in the place of Hypothesis, which has a compiled part
    def __getattr__(self, name):
        return Anything()
    def __call__(self, *args, **named):
        return Anything()

def left_out(*args, **named):
    def replace(test):
        signature = inspect.signature(test)
        rest = [p for name, p in signature.parameters.items() if name not in named]
        def generated(**_):
            pytest.skip("generated cases run outside the browser")
        rest = rest[: len(rest) - len(args)]
        generated.__signature__ = signature.replace(parameters=rest)
        generated.pytestmark = getattr(test, "pytestmark", [])
        return generated
    return replace

class Settings(Anything):
    def __call__(self, *args, **named):
        return lambda test: test

stub = types.ModuleType("hypothesis")
stub.given, stub.settings, stub.strategies = left_out, Settings(), Anything()
stub.__getattr__ = lambda name: left_out
sys.modules["hypothesis"] = stub
sys.modules["hypothesis.strategies"] = sys.modules["hypothesis.extra"] = Anything()
sys.modules["hypothesis.extra.numpy"] = Anything()
words = ["-q", "-x", "--capture=sys", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
int(pytest.main([*words, "-o", "addopts=", "-o", "markers=xdist_group: together", *chosen]))
`);
process.exit(code);
