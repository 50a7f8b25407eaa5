// A list that drops down below a widget, with a line above it in which to type what is looked for.
#pragma once
#include <QFrame>
#include <QLineEdit>
#include <QListWidget>

namespace athanor {

class SearchPopup : public QFrame {
    Q_OBJECT
public:
    explicit SearchPopup(QWidget* parent);
    void open(const QStringList& names, const QString& current, const QString& whenEmpty);

signals:
    void chosen(const QString& name);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void filter(const QString& text);
    void choose(QListWidgetItem* item);

    QLineEdit* m_search;
    QListWidget* m_list;
    QStringList m_names;
    QString m_current, m_whenEmpty;
};

}
