#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// pidfd_open(2) and pidfd_send_signal(2). glibc has names for them since 2.36 only, and Swift cannot call syscall, which takes
// any number of arguments.
static inline int process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }
static inline int process_signal(int descriptor, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, (void *)0, 0);
}
