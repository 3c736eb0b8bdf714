enum StorageP {}
