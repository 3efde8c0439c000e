"""The file border: picture files are decoded, pixels become float32 in [-1, 1] and back, files appear whole or not."""
