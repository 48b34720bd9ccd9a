"""The constants of the computed season. All are assumptions of this model, fitted to published
totals (hotel occupancy by month, national average price), not official figures; state 2026-11."""

from collections.abc import Mapping

PLACES = (
    "paris",
    "idf",
    "city",
    "coast_med",
    "coast_atl",
    "ski",
    "mountain",
    "country",
    "overseas",
)
KINDS = ("hotel", "campsite", "residence", "village", "prl", "auberge")

PRICE_SCALE = 74.84
STAR_PRICE = (0.62, 0.62, 0.77, 1.00, 1.36, 2.75)
STAR_OCCUPANCY = (0.92, 0.92, 0.96, 1.00, 1.04, 1.00)
RESIDENCE_PRICE = (52, 52, 62, 78, 105, 175)
CAMPSITE_PRICE = (13, 14, 18, 24, 33, 42)
CAMPSITE_MONTH = (0.8, 0.8, 0.8, 0.8, 0.85, 0.95, 1.25, 1.35, 0.85, 0.8, 0.8, 0.8)
AUBERGE_INDEX = 0.72
MONTH_LEVEL = (
    0.866, 0.872, 0.880, 0.914, 0.945, 0.948, 0.929, 0.964, 0.964, 0.963, 0.953, 0.882,
)  # fmt: skip
RESIDENCE_PLACE = (1.5, 1.05, 0.95, 1.15, 1.05, 1.5, 0.95, 0.9, 1.1)
CAMPSITE_PLACE = (0.9, 0.9, 0.75, 1.12, 1.08, 0.85, 0.85, 0.8, 1.0)

HOTEL_OCCUPANCY: Mapping[str, tuple[int, ...]] = {
    "paris": (72, 78, 84, 86, 88, 90, 84, 77, 90, 89, 83, 80),
    "idf": (58, 63, 68, 70, 71, 75, 70, 60, 74, 72, 68, 62),
    "city": (49, 55, 59, 63, 65, 70, 66, 61, 71, 67, 60, 55),
    "coast_med": (38, 43, 48, 58, 66, 76, 86, 90, 77, 58, 43, 40),
    "coast_atl": (34, 41, 43, 58, 62, 68, 82, 90, 66, 51, 37, 36),
    "ski": (70, 84, 68, 36, 24, 40, 58, 65, 38, 24, 18, 56),
    "mountain": (40, 50, 40, 42, 50, 58, 70, 77, 56, 45, 33, 40),
    "country": (37, 43, 45, 53, 57, 61, 67, 70, 62, 54, 44, 41),
    "overseas": (76, 80, 77, 70, 58, 55, 64, 62, 45, 50, 60, 70),
}
RESIDENCE_OCCUPANCY: Mapping[str, tuple[int, ...]] = {
    "coast_med": (22, 30, 30, 45, 45, 62, 88, 95, 60, 38, 22, 24),
    "coast_atl": (20, 33, 30, 50, 48, 58, 86, 95, 52, 40, 22, 25),
    "ski": (74, 93, 76, 42, 10, 28, 62, 72, 20, 8, 5, 62),
    "mountain": (35, 55, 36, 42, 40, 48, 75, 85, 42, 35, 20, 38),
    "country": (28, 35, 33, 47, 48, 52, 74, 82, 48, 42, 28, 32),
}
CAMPSITE_OCCUPANCY = (0, 0, 0, 9, 18, 30, 60, 69, 18, 0, 0, 0)
WINTER_CAMPSITE = 0.12

# By place: weekday pattern, weight of school holidays, of bridges, price level, campsite price.
PATTERN: Mapping[str, tuple[str, float, float, float, float]] = {
    "paris": ("business", 0.02, 0.02, 1.80, 1.30),
    "idf": ("business", -0.10, -0.12, 1.02, 1.10),
    "city": ("business", -0.06, -0.08, 0.93, 1.00),
    "coast_med": ("leisure", 0.18, 0.16, 1.12, 1.30),
    "coast_atl": ("leisure", 0.22, 0.20, 1.04, 1.12),
    "ski": ("flat", 0.45, 0.08, 1.55, 1.05),
    "mountain": ("leisure", 0.25, 0.18, 0.95, 0.92),
    "country": ("mean", 0.06, 0.12, 0.86, 0.88),
    "overseas": ("flat", 0.15, 0.05, 1.25, 1.10),
}
BUSINESS_WEEK = (14.5, 17, 17, 15, 12, 13, 11.5)
LEISURE_WEEK = (12.5, 12.5, 12.5, 13, 16, 19, 14.5)

OPEN_HOTELS: Mapping[str, tuple[float, ...]] = {
    "coast_med": (0.62, 0.70, 0.82, 0.95, 1, 1, 1, 1, 1, 0.95, 0.68, 0.66),
    "coast_atl": (0.72, 0.82, 0.88, 0.98, 1, 1, 1, 1, 1, 0.97, 0.80, 0.75),
    "ski": (1, 1, 1, 0.75, 0.30, 0.65, 0.90, 0.95, 0.60, 0.30, 0.30, 0.95),
    "mountain": (0.85, 0.92, 0.88, 0.88, 0.95, 1, 1, 1, 1, 0.92, 0.72, 0.85),
    "country": (0.90, 0.93, 0.96, 0.98, 1, 1, 1, 1, 1, 0.98, 0.93, 0.90),
    "city": (0.99,) * 12,
}
VAT = 1.10
