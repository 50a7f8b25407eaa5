// What the user has chosen for good, kept by the system's usual means. Files that are damaged count as absent.
#pragma once
#include "render/kernels.h"

#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QTemporaryDir;

namespace athanor {

struct Settings {
    std::string outFolder; // for pictures
    std::vector<std::string> modelFolders; // besides the user's own
    std::string device; // as chooseDevice takes it; empty: the best
    std::optional<DType> precision; // absent: fp16 where the device stores it
    int decodeEvery = 5; // steps between previews in full, 1 … 100
    std::string language; // as in ui/common/language.h; empty: the system's
};

// Before the settings are first read: where a FIFO or a device lies under the name of their file or of its lock, Qt
// would wait for it or replace it. Then `why` is a sentence, and the settings are kept in the folder returned for as
// long as it lives; else null.
std::unique_ptr<QTemporaryDir> setAsideSettings(std::string& why);

Settings readSettings();
void keepSettings(const Settings& settings);

bool readTheme(); // true: dark
void keepTheme(bool dark);

QString precisionName(std::optional<DType> precision); // "", "fp16", "fp32"
std::optional<DType> precisionOf(const QString& name);

}
