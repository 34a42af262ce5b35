"""The words of the technician's pages, in Chinese and in English."""
