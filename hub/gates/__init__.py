"""Whether what is hosted here allows a vertical in a state, and how that is told. What others may
use:"""

from hub.gates.actions import check_gate, check_proven, find_gates
from hub.gates.errors import GateClosed
from hub.gates.models import Gate, Proof, Reason, State
from hub.gates.telling import GateView, tell_gates

__all__ = [
    "Gate",
    "GateClosed",
    "GateView",
    "Proof",
    "Reason",
    "State",
    "check_gate",
    "check_proven",
    "find_gates",
    "tell_gates",
]
