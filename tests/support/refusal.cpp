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

QString kindAndRefusal(const std::function<void()>& act)
{
    try {
        act();
    } catch (const Error& error) {
        return QString("%1 %2").arg(int(error.kind)).arg(error.what());
    }
    return {};
}

}
