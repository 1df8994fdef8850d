"""Pages of somebody who is signed in, each about their own account."""
