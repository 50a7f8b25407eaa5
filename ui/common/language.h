// The language of the window. English is in the program's text itself; others come with it as compiled translations.
#pragma once
#include <QCoreApplication>
#include <QList>
#include <QString>

namespace athanor {

struct Language {
    QString id; // "zh_CN"; empty: what the system says
    QString name; // in that language
};
QList<Language> languages(); // the system's first

// For widgets that are made afterwards; Qt's own texts too, as far as the system has them. What is not known counts as
// the system's.
void installLanguage(QCoreApplication& application, const QString& id);

}
