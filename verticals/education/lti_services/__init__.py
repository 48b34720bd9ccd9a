"""What tools do in the classes where they are placed: columns of marks, scores (LTI AGS 2.0), and
who is there (LTI NRPS 2.0)."""

from verticals.education.lti_services.actions.grading import make_line, tell_score
from verticals.education.lti_services.wire import Score

__all__ = ["Score", "make_line", "tell_score"]
