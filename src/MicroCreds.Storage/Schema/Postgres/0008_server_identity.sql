-- Server that wrote here last, and whether its commits waited for a standby: a store that is found on another one may lack what was acknowledged.
ALTER TABLE schema_version ADD COLUMN server_identity TEXT COLLATE "C";
ALTER TABLE schema_version ADD COLUMN server_awaited BOOLEAN;
