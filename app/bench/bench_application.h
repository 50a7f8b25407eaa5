// What measurements of the window run in; which screen, its caller has said by QT_QPA_PLATFORM.
#pragma once
#include "ui/common/theme.h"

#include <QApplication>

namespace athanor {

class BenchApplication {
public:
    BenchApplication() { applyTheme(m_application, true); }

private:
    int m_count = 1;
    char m_name[8] = "athanor";
    char* m_arguments[2] = {m_name, nullptr};
    QApplication m_application{m_count, m_arguments};
};

}
