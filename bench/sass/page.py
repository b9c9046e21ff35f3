"""docs/sass.md"""
