"""One colour, made into the few tokens of the pages, readable in both themes. Pure."""

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
PAPER, CARD = (251, 250, 246), (255, 255, 255)
DARK_PAPER, DARK_CARD = (19, 26, 26), (27, 36, 36)
TINT, DARK_TINT = 0.1, 0.16  # how much of the colour is in its tint
Rgb = tuple[int, int, int]


def is_readable(colour: str) -> bool:
    """Whether a colour like #0f5450 is read on the light theme's grounds and on its own tint."""
    read = rgb(colour)
    grounds = (PAPER, CARD, _mix(read, CARD, TINT))
    return min(contrast(read, ground) for ground in grounds) >= LEAST_CONTRAST


def theme_of(colour: str) -> str:
    """The style sheet of a colour like #0f5450."""
    light = rgb(colour)
    dark = _lightened(light)
    return (
        f":root{{--action:{colour};--on-action:#ffffff;"
        f"--action-tint:{_hex(_mix(light, CARD, TINT))}}}"
        "@media (prefers-color-scheme:dark){"
        f":root{{--action:{_hex(dark)};--on-action:#0b1414;"
        f"--action-tint:{_hex(_mix(dark, DARK_CARD, DARK_TINT))}}}}}"
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """How well one is read on the other, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _lightened(colour: Rgb) -> Rgb:
    """As little lighter as the dark theme needs, with some to spare for its tint."""
    for step in range(101):
        found = _mix(CARD, colour, step / 100)
        tint = _mix(found, DARK_CARD, DARK_TINT)
        if min(contrast(found, ground) for ground in (DARK_PAPER, DARK_CARD, tint)) >= 6:
            return found
    return CARD


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def rgb(colour: str) -> Rgb:
    """Red, green and blue, each from 0 to 255, of a colour like #0f5450."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
