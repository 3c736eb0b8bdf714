enum UsersP {}
