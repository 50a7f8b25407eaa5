// The one exception type: something the user can act on. Wrong use by a programmer is an assert, not an Error.
#pragma once
#include <exception>
#include <stdexcept>
#include <string>

namespace athanor {

// The number is the program's exit code.
enum class ErrorKind {
    Internal = 1, // a fault of the program's own
    BadArgument = 2,
    BadFile = 3,
    FileMissing = 4,
    Device = 5,
    OutOfMemory = 6,
    CannotWrite = 7,
    Cancelled = 8,
};

// One line of text: what, where, the number seen, the limit, what to do.
class Error : public std::runtime_error {
public:
    Error(ErrorKind errorKind, const std::string& message)
        : std::runtime_error(message)
        , kind(errorKind)
    {
    }
    ErrorKind kind;
};

// Whatever was caught, as a sentence and an exit code: memory and threads that the system does not give are
// OutOfMemory.
Error asError(const std::exception_ptr& caught);

}
