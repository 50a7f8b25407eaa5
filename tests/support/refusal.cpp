#include "tests/support/refusal.h"

namespace athanor {

QByteArray refusalOf(const std::function<void()>& act, ErrorKind kind)
{
    try {
        act();
    } catch (const Error& error) {
        return error.kind == kind ? error.what() : "of another kind";
    }
    return "none";
}

}
