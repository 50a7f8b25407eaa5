// How names of ports and parameters, and values, read for people.
#pragma once
#include "inference/graph/node_type.h"

#include <QString>

#include <string>

namespace athanor {

QString toText(std::string_view utf8);
// A text of a node type – title, category, what a port is for – in the user's language, as far as it is translated.
QString nodeText(std::string_view english);
// "text_encoder" → "Text encoder", "vae" → "VAE"; the first in English, which is what is translated.
std::string englishLabel(std::string_view name);
QString label(std::string_view name);
QString typeLabel(PortType type);
// The node's own title, else its type's, else "unknown: " and the type's id.
QString titleOf(const Node& node);
QString strokesText(qsizetype count); // "6 strokes"
QString peopleText(qsizetype count); // "2 people"
// On one line, as a node shows it: "814 772 031", "5.0", "on", the name of a file without its folder.
QString valueText(const Param& param, const ParamValue& value);

}
