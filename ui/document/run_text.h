// What a run says, in the user's language.
#pragma once
#include <QString>

namespace athanor {

// A sentence of runTexts with its parts filled in, translated; any other as it is.
QString runText(const QString& english);

}
