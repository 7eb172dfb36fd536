<?php
/* fill_blog.php FOLDER: installs the WordPress in it, and writes 150 posts in 10 categories, with tags and comments. */

define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => parse_url(getenv('STRATA_APPS_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('STRATA_APPS_URL'), PHP_URL_PORT), 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require "$argv[1]/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

add_filter('pre_wp_mail', '__return_false');
wp_install('A blog', 'author', 'author@example.org', true, '', 'a password of no use');
switch_theme('twentytwentyone');
update_option('permalink_structure', '');
update_option('posts_per_page', 10);

$categories = [];
for ($n = 1; $n <= 10; $n++) {
    $categories[] = wp_insert_term("Category $n", 'category')['term_id'];
}
for ($n = 1; $n <= 150; $n++) {
    $post = wp_insert_post([
        'post_title' => "Post $n",
        'post_content' => str_repeat("<p>Paragraph of post $n, with some words in it that fill a line or two.</p>\n", 10),
        'post_status' => 'publish',
        'post_author' => 1,
        'post_date' => date('Y-m-d H:i:s', strtotime('2024-01-01') + $n * 3600),
        'post_category' => [$categories[$n % 10], $categories[$n % 7]],
        'tags_input' => ["tag " . $n % 20, "tag " . $n % 13],
        'meta_input' => ['source' => "number $n"],
    ]);
    for ($k = 0; $k < $n % 4; $k++) {
        wp_insert_comment(['comment_post_ID' => $post, 'comment_author' => "Reader $k", 'comment_author_email' => "reader$k@example.org", 'comment_content' => "Comment $k", 'comment_approved' => 1, 'comment_date' => '2024-02-0' . ($k + 1) . ' 12:00:00']);
    }
    file_put_contents(getenv('STRATA_APPS_FOLDER') . '/blog.urls', "/?p=$post\n", FILE_APPEND);
}
$urls = ['/'];
foreach ($categories as $category) {
    array_push($urls, "/?cat=$category", "/?cat=$category&paged=2");
}
for ($n = 0; $n < 15; $n++) {
    $urls[] = '/?paged=' . ($n + 1);
}
for ($n = 0; $n < 14; $n++) {
    $urls[] = "/?tag=tag-$n";
}
file_put_contents(getenv('STRATA_APPS_FOLDER') . '/blog.urls', implode("\n", $urls) . "\n", FILE_APPEND);
