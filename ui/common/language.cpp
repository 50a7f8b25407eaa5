#include "ui/common/language.h"

#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include <algorithm>

static void initResources()
{
    Q_INIT_RESOURCE(athanor_translations); // lies in a static library
}

namespace athanor {

QList<Language> languages()
{
    return {{QString(), QCoreApplication::translate("Language", "As the system")},
        {QStringLiteral("en"), QStringLiteral("English")}, {QStringLiteral("zh_CN"), QStringLiteral("简体中文")}};
}

void installLanguage(QCoreApplication& application, const QString& id)
{
    const QList<Language> known = languages();
    const bool chosen = std::ranges::find(known, id, &Language::id) != known.end() && !id.isEmpty();
    const QLocale locale = chosen ? QLocale(id) : QLocale::system();
    QLocale::setDefault(locale); // of sizes and times; numbers in fields and files go other ways
    const auto install = [&](const QString& file, const QString& folder) {
        auto* translator = new QTranslator(&application);
        if (translator->load(locale, file, QStringLiteral("_"), folder))
            application.installTranslator(translator);
        else
            delete translator;
    };
    if (locale.language() == QLocale::English)
        return;
    initResources();
    install(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("athanor"), QStringLiteral(":/translations"));
}

}
