// Rows of tests that walk the table of node types.
#pragma once
#include "inference/graph/node_type.h"

#include <QString>
#include <QTest>

#include <string_view>

namespace athanor {

inline QString viewText(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

// A row for each type: its place in the table, "index".
inline void nodeTypeRows()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(nodeTypes().size()); ++i)
        QTest::newRow(viewText(nodeTypes()[size_t(i)].id).toUtf8()) << i;
}

}
