"""Pictures as one HTML page that zooms, opens groups, searches and tells facts."""
