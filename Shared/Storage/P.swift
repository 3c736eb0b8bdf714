import GRDB

enum StoragePlaceholder {}
