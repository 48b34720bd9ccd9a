"""A wire between the application and PostgreSQL that counts the messages that ask for an answer."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

TRIPS = {b"S", b"Q"}  # Sync, which ends what was pipelined, and a simple query


class Wire:
    """What went over it. It lives in threads of its own, whatever loop the application has."""

    def __init__(self, real: str) -> None:
        self.real = real
        self.trips = 0

    def taken(self) -> int:
        """The round trips since the last time that this was asked."""
        trips, self.trips = self.trips, 0
        return trips

    def accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                behind = socket.socket(socket.AF_UNIX)
                behind.connect(self.real)
                for work in (self._forward, self._return):
                    threading.Thread(target=work, args=(client, behind), daemon=True).start()

    def _forward(self, client: socket.socket, behind: socket.socket) -> None:
        """What the client says, message by message; the first one has no type."""
        with contextlib.suppress(OSError), client.makefile("rb") as said:
            head = said.read(4)
            while len(head) >= 4:
                size = int.from_bytes(head[-4:], "big") - 4
                body = said.read(size)
                self.trips += head[:-4] in TRIPS
                behind.sendall(head + body)
                head = said.read(5)
        with contextlib.suppress(OSError):
            behind.shutdown(socket.SHUT_RDWR)

    def _return(self, client: socket.socket, behind: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := behind.recv(65_536):
                client.sendall(piece)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()
        behind.close()


@contextlib.contextmanager
def counted(dsn: str, folder: Path) -> Iterator[tuple[str, Wire]]:
    """The address of the same database through a wire that counts."""
    parts = urlsplit(dsn)
    asked = parse_qs(parts.query)
    name = f".s.PGSQL.{asked['port'][0]}"
    wire = Wire(f"{asked['host'][0]}/{name}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / name))
        server.listen()
        threading.Thread(target=wire.accept, args=(server,), daemon=True).start()
        query = f"host={quote(str(folder), safe='')}&port={asked['port'][0]}"
        yield urlunsplit(parts._replace(query=query)), wire
        server.shutdown(socket.SHUT_RDWR)
