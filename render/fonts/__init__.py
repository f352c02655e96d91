"""The fonts that ship: Noto Sans, subset to Latin with Vietnamese, Greek, Cyrillic and currency signs (OFL.txt)."""
