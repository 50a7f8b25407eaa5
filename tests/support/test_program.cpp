#include "tests/support/test_program.h"

#include <filesystem>
#include <iostream>
#include <vector>
#ifdef QT_WIDGETS_LIB
#include <QApplication>
#else
#include <QCoreApplication>
#endif

namespace athanor {

namespace {

std::vector<TestEntry>& entries()
{
    static std::vector<TestEntry> table;
    return table;
}

int runIn(const TestEntry& entry, int argc, char** argv)
{
    switch (entry.application) {
    case TestApplication::None:
        return entry.run(argc, argv);
    case TestApplication::Core: {
        const QCoreApplication app(argc, argv);
        return entry.run(argc, argv);
    }
    case TestApplication::Window:
#ifdef QT_WIDGETS_LIB
        QCoreApplication::setAttribute(Qt::AA_Use96Dpi);
        const QApplication app(argc, argv);
        return entry.run(argc, argv);
#else
        break;
#endif
    }
    qFatal("%s wants a window, which this area does not have", entry.file);
}

}

TestRegistration::TestRegistration(const TestEntry& entry)
{
    entries().push_back(entry);
}

}

// NAME [OPTION]...; without a name it lists the names. Returns the number of failed functions, 2 for a wrong name.
int main(int argc, char** argv)
{
    const std::string wanted = argc > 1 ? argv[1] : "";
    for (const athanor::TestEntry& entry : athanor::entries())
        if (std::filesystem::path(entry.file).stem() == wanted)
            return athanor::runIn(entry, argc - 1, argv + 1);
    for (const athanor::TestEntry& entry : athanor::entries())
        std::cout << std::filesystem::path(entry.file).stem().string() << '\n';
    return argc > 1 ? 2 : 0;
}
