"""Charges and refunds behind one gateway. What other slices may use:"""

from hub.payments.actions import (
    find_charge,
    list_refunds,
    prepare_charge,
    prepare_refunds,
    settle_charge,
)
from hub.payments.errors import AlreadyPaying, CardDeclined, PaymentMethodUnknown
from hub.payments.gateway import SANDBOX_METHODS, Gateway, SandboxGateway
from hub.payments.models import Charge, Outcome, Refund, RefundSettled, State

__all__ = [
    "SANDBOX_METHODS",
    "AlreadyPaying",
    "CardDeclined",
    "Charge",
    "Gateway",
    "Outcome",
    "PaymentMethodUnknown",
    "Refund",
    "RefundSettled",
    "SandboxGateway",
    "State",
    "find_charge",
    "list_refunds",
    "prepare_charge",
    "prepare_refunds",
    "settle_charge",
]
