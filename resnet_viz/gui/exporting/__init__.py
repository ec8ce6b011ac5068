"""The Export dialog, and the export in a background job."""
