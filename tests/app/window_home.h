// What tests of the real window have in common.
#pragma once
#include "ui/common/theme.h"

#include <QApplication>
#include <QTemporaryDir>

namespace athanor {

// Caches, data and settings go to the folder; caches stay in it, so that pipelines are compiled once a test program.
inline void useHome(const QTemporaryDir& home, const char* testName)
{
    for (const char* name : {"XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"})
        qputenv(name, home.path().toUtf8());
    QCoreApplication::setOrganizationName("athanor");
    QCoreApplication::setApplicationName(testName);
    applyTheme(*qApp, true);
}

}
