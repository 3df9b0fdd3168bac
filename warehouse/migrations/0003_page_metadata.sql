-- What web pages say of themselves, and how their article was told from the rest.

ALTER TABLE news.documents ADD COLUMN modified_at TIMESTAMPTZ;
ALTER TABLE news.documents ADD COLUMN authors VARCHAR[];
ALTER TABLE news.documents ADD COLUMN declared_lang VARCHAR;
ALTER TABLE news.documents ADD COLUMN extraction VARCHAR;
