// The files that parameters of workflows can name, found in the folders of models and pictures.
#pragma once
#include "inference/pipeline/node_type.h"

#include <QStringList>

#include <map>
#include <string>
#include <vector>

namespace athanor {

// Names relative to their folder, sorted, each once, by the kind of parameter that takes them. What a model file holds
// is told by its header; damaged ones and those of other kinds are left out. At most 100,000 files are looked at, 16
// folders deep; links to folders are not followed. Takes long where there are many: not for the window's thread.
std::map<ParamKind, QStringList> listFiles(
    const std::vector<std::string>& modelFolders, const std::vector<std::string>& imageFolders);

}
