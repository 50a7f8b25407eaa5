// What is said of bad input.
#pragma once
#include "render/error.h"

#include <QByteArray>
#include <functional>

namespace athanor {

// The message of the Error of this kind that is thrown; "of another kind", or "none".
QByteArray refusalOf(const std::function<void()>& act, ErrorKind kind = ErrorKind::BadFile);

}
