// The types of PKCS#11, out of p11-kit's header. The functions are those of the module that a setting names, found at run time.
#define CK_DISABLE_TRUE_FALSE 1
#if __has_include(<p11-kit-1/p11-kit/pkcs11.h>)
#include <p11-kit-1/p11-kit/pkcs11.h>
#else
#include <p11-kit/pkcs11.h>
#endif
