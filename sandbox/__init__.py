"""The far side for a laptop: messengers, CRM and model that refuse like the originals, and the page's server."""
