"""How Celery reaches the queue: kombu's transport of PGMQ, quick to come back after a crash.

As it comes, each try to connect again takes one more dead connection of the pool and pauses two
seconds longer than the one before, up to thirty: a database that is killed and back within a
second would see no worker for minutes. And a message that could not be acknowledged keeps its place
among those that may be read ahead: after a few, a worker waits for ever.
"""

from typing import Any

from celery.app.amqp import AMQP
from kombu.connection import Connection as AnyConnection
from kombu.transport import pgmq

FIRST_PAUSE_S, LONGER_BY_S, LONGEST_PAUSE_S = 0.5, 0.5, 2.0


class Channel(pgmq.Channel):
    """What cannot be told to the queue is forgotten here: the message comes again by itself, when
    its time of invisibility is over, and its place is free for another."""

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Delete a message that was dealt with, or raise what the driver says."""
        try:
            super().basic_ack(delivery_tag, multiple)
        except self.connection.connection_errors:
            self.qos.ack(delivery_tag)
            raise

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Put a message back, or raise what the driver says."""
        try:
            super().basic_reject(delivery_tag, requeue)
        except self.connection.connection_errors:
            self.qos.ack(delivery_tag)
            raise


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
