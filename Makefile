# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps

export TF_CPP_MIN_LOG_LEVEL ?= 3
export RASA_TELEMETRY_ENABLED := false
export PYTHONWARNINGS ?= ignore

.PHONY: run test lint train lock bench bench-booking bench-retrieval clean

run: $(VENV)/run.installed  ## 启动小福和工作台
	@$(BIN)/xiaofu serve

test: $(VENV)/test.installed  ## 跑全部测试
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/xiaofu train
	@$(BIN)/rasa data validate --fail-on-warnings --max-history 1 --domain bot/domain --data data --config config.yml > .xiaofu/validate.log 2>&1 || { tail -20 .xiaofu/validate.log; exit 1; }
	@$(BIN)/pytest

lint: $(VENV)/test.installed  ## 检查并统一写法
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

train: $(VENV)/run.installed  ## 为现在的训练数据训练模型
	@$(BIN)/xiaofu train

bench: $(VENV)/test.installed  ## 跑速度对比，结果写进 benchmarks/
	$(BIN)/python -m benchmarks.turns

bench-retrieval: $(VENV)/test.installed $(VENV)-peers/installed  ## 跟别的检索比快慢和准头，结果写进 benchmarks/retrieval
	$(BIN)/python -m benchmarks.retrieval $(FILES)

bench-booking: $(VENV)/test.installed  ## 抢席位、被杀、随便操作，结果写进 benchmarks/booking
	$(BIN)/python -m benchmarks.booking

lock: $(VENV)/test.installed  ## 核对清单里的版本和装着的一致
	$(BIN)/pytest -q tests/test_requirements.py

clean:  ## 删掉装的、训练的和内置数据库
	rm -rf $(VENV) $(VENV)-peers models .xiaofu .rasa

$(VENV)/run.installed: requirements/runtime.txt pyproject.toml
	@[[ "$$('$(PYTHON)' -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null)" == "3 11" ]] \
	  || { echo "需要 Python 3.11。请先安装（Debian 12 的 python3 就是），或用 make PYTHON=路径 指定。" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) > /dev/null \
	  || { echo "建不了虚拟环境。请先安装：apt-get install python3-venv" >&2; exit 1; }
	@echo "正在安装依赖，第一次约两分钟……"
	@$(PIP) --ignore-requires-python -r requirements/runtime.txt > $(VENV)/install.log 2>&1 \
	  || { grep -q "No space left" $(VENV)/install.log && echo "磁盘满了，装不下依赖，请先清出 3 GB。" >&2 \
	       || { tail -5 $(VENV)/install.log >&2; echo "依赖没装上，上面是原因；完整记录在 $(VENV)/install.log" >&2; }; exit 1; }
	@$(PIP) --no-build-isolation --editable . >> $(VENV)/install.log 2>&1 \
	  || { tail -5 $(VENV)/install.log >&2; exit 1; }
	@touch $@

$(VENV)-peers/installed: requirements/peers.txt
	@"$(PYTHON)" -m venv $(VENV)-peers > /dev/null
	@echo "正在装要比的另外几家……"
	@$(VENV)-peers/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements/peers.txt
	@touch $@

$(VENV)/test.installed: $(VENV)/run.installed requirements/test.txt
	@echo "正在安装测试工具……"
	@$(PIP) -r requirements/test.txt >> $(VENV)/install.log 2>&1 || { tail -5 $(VENV)/install.log >&2; exit 1; }
	@touch $@
