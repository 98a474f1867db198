"""Search in published files: Chinese words, pinyin, everyday words."""
