// What is said of bad input.
#pragma once
#include "render/error.h"

#include <QByteArray>
#include <QString>
#include <functional>

namespace athanor {

// The message of the Error of this kind that is thrown; "of another kind", or "none".
QByteArray refusalOf(const std::function<void()>& act, ErrorKind kind = ErrorKind::BadFile);

// The message of any Error that is thrown, with its kind's number in front; empty: none is.
QString kindAndRefusal(const std::function<void()>& act);

}
