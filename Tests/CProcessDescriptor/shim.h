#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// pidfd_open(2). glibc has a name for it since 2.36 only, and Swift cannot call syscall, which takes any number of arguments.
static inline int process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }
