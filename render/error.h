// The one exception type: something the user can act on. Wrong use by a programmer is an assert, not an Error.
#pragma once
#include <stdexcept>
#include <string>

namespace athanor {

// The number is the program's exit code.
enum class ErrorKind {
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

}
