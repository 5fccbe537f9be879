"""What somebody who means harm, or a broken system, would send; and what must come back."""
