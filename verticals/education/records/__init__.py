"""What somebody did in their courses: certificates that anybody verifies, and xAPI statements."""
