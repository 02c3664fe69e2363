"""A folder with sartor.toml and .sartor/: builds the parts and hands them to each other."""

from sartor.project.doctor import Finding
from sartor.project.project import Project

__all__ = ["Finding", "Project"]
