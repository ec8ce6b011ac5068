"""Weight shapes from the headers of HDF5 files."""
