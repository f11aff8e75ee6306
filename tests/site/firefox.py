"""Firefox by its own protocol, WebDriver BiDi: open a page, ask it, hear its console.

Playwright drives builds of Firefox of its own; a reader's Firefox speaks this.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from tornado.websocket import websocket_connect

CONTROL, ENTER = "\ue009", "\ue007"
PATIENCE = 60  # seconds for a start, and for one answer
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """A browser with a profile of its own and one page."""

    def __init__(self, program: str, profile: Path) -> None:
        profile.mkdir()
        log = profile / "log"
        quiet = ["--headless", "--no-remote", "--remote-debugging-port=0"]
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                [program, *quiet, "--profile", str(profile)],
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        # Of its own, in its own thread: Playwright's loop runs in the main one.
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.said: list[str] = []
        self.number = 0
        self._wait(self._connect(self._address(log) + "/session"))
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        tree = self.send("browsingContext.getTree")
        self.page = tree["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> Any:
        """One command's result; what the console said meanwhile is kept."""
        return self._wait(self._send(method, params))

    def open(self, address: str) -> None:
        self.said.clear()
        self.send(
            "browsingContext.navigate", context=self.page, url=address, wait="complete"
        )

    def resize(self, size: tuple[int, int] | None) -> None:
        """Give the page a window of this width and height; None is Firefox's own."""
        viewport = size and {"width": size[0], "height": size[1]}
        self.send("browsingContext.setViewport", context=self.page, viewport=viewport)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self.send(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self.page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value", "null"))

    def strike(self, *keys: str) -> None:
        """Strike keys together."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        actions = [{"type": "key", "id": "keys", "actions": down + up}]
        self.send("input.performActions", context=self.page, actions=actions)

    def wait_for(self, expression: str, seconds: float) -> None:
        """Wait until an expression is true."""
        late = time.monotonic() + seconds
        while not self.ask(f"!!({expression})"):
            assert time.monotonic() < late, f"never true in {seconds} s: {expression}"
            time.sleep(0.05)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.socket.close)
        self.process.terminate()
        self.process.wait()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _address(self, log: Path) -> str:
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late and self.process.poll() is None:
            if found := LISTENS.search(log.read_text("utf-8")):
                return found[1]
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"Firefox does not listen:\n{log.read_text('utf-8')}")

    def _wait(self, task: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(PATIENCE)

    async def _connect(self, address: str) -> None:
        self.socket = await websocket_connect(address, max_message_size=1 << 26)

    async def _send(self, method: str, params: dict[str, Any]) -> Any:
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        await self.socket.write_message(json.dumps(command))
        while True:
            told = json.loads(await self.socket.read_message() or "null")
            if told is None:
                raise RuntimeError("Firefox ended.")
            if told.get("method") == "log.entryAdded":
                self.said.append(f"{told['params']['level']}: {told['params']['text']}")
            if told.get("id") == self.number:
                assert told["type"] == "success", told.get("message")
                return told["result"]
