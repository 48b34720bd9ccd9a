"""How Celery reaches the queue: kombu's transport of PGMQ, quick to come back after a crash.

As it comes, each try to connect again takes one more dead connection of the pool and pauses two
seconds longer than the one before, up to thirty: a database that is killed and back within a
second would see no worker for minutes. And a message that could not be acknowledged keeps its place
among those that may be read ahead: after a few, a worker waits for ever.

As it comes, it also pauses as if the queue were empty whenever as many tasks run as may: twenty
tasks a second were the most of four threads. Here it reads on when one of them is done.
"""

from threading import Event
from typing import Any

from celery.app.amqp import AMQP
from kombu.connection import Connection as AnyConnection
from kombu.transport import pgmq

FIRST_PAUSE_S, LONGER_BY_S, LONGEST_PAUSE_S = 0.5, 0.5, 2.0
LONGEST_WAIT_S = 0.2


class Channel(pgmq.Channel):
    """What cannot be told to the queue is forgotten here: the message comes again by itself, when
    its time of invisibility is over, and its place is free for another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._freed = Event()

    def drain_events(
        self, timeout: float | None = None, callback: Any = None, **kwargs: Any
    ) -> None:
        """Read what there is, once a place is free; raises `Empty`."""
        self._freed.clear()
        if self._consumers and not self.qos.can_consume():
            self._freed.wait(LONGEST_WAIT_S)  # or the worker would not hear that it is to stop
        super().drain_events(timeout, callback, **kwargs)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Delete a message that was dealt with, or raise what the driver says."""
        try:
            super().basic_ack(delivery_tag, multiple)
        except self.connection.connection_errors:
            self.qos.ack(delivery_tag)
            raise
        finally:
            self._freed.set()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Put a message back, or raise what the driver says."""
        try:
            super().basic_reject(delivery_tag, requeue)
        except self.connection.connection_errors:
            self.qos.ack(delivery_tag)
            raise
        finally:
            self._freed.set()


class Transport(pgmq.Transport):
    """A try that fails throws the pool away: its other connections are as dead."""

    Channel = Channel

    def establish_connection(self) -> pgmq.Transport:
        """Connect, or raise what the driver says."""
        try:
            return super().establish_connection()
        except self.connection_errors:
            client, self._pgmq_client = self._pgmq_client, None
            if client is not None:
                client.close()
            raise


class Connection(AnyConnection):
    """Tries again after half a second, later every two."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> "Connection":
        """Wait until there is a connection."""
        pauses = {
            "interval_start": FIRST_PAUSE_S,
            "interval_step": LONGER_BY_S,
            "interval_max": LONGEST_PAUSE_S,
        }
        return super().ensure_connection(*args, **(pauses | kwargs))


class Broker(AMQP):
    """What Celery makes its connections of."""

    Connection = Connection
