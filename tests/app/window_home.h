// What tests of the real window have in common.
#pragma once
#include "inference/graph/graph.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QTemporaryDir>

namespace athanor {

inline constexpr int longest = 120'000; // ms; a tiny model under sanitizers on a busy machine
inline constexpr int longestScan = 60'000; // the same without a model

// Of every node of that type.
inline void setParam(Graph& graph, const char* type, const char* param, const ParamValue& value)
{
    for (auto& [id, node] : graph.nodes)
        if (node.type == type)
            node.params[param] = value;
}

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
