"""Short courses: texts, videos and quizzes, a certificate, and what was done as xAPI statements."""
